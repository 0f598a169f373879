"""Who reads. While there are no accounts there is one reader: whoever sits at the machine itself."""

from __future__ import annotations

LOCAL_READER = "local"
