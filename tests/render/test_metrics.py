"""Numbers in Prometheus's text format."""

from __future__ import annotations

from broadsheet.render.metrics import Metric, write_metrics


def test_samples_with_and_without_labels() -> None:
    text = write_metrics(
        [
            Metric("papers", "gauge", "Papers.", [({}, 1_234_567)]),
            Metric("alarm", "gauge", "Alarms.", [({"name": 'a "b"\\\nc', "kind": "feed"}, 1)]),
            Metric("none", "counter", "None.", []),
        ]
    )
    assert text.splitlines() == [
        "# HELP papers Papers.",
        "# TYPE papers gauge",
        "papers 1234567",
        "# HELP alarm Alarms.",
        "# TYPE alarm gauge",
        'alarm{name="a \\"b\\"\\\\\\nc",kind="feed"} 1',
        "# HELP none None.",
        "# TYPE none counter",
    ]
    assert text.endswith("\n")
