"""What agents may ask over the Model Context Protocol: tools, bounded pages, and marks around what others wrote."""
