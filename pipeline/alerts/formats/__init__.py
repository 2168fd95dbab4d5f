"""One message in the format of each channel: plain text, Markdown, HTML mail, Slack blocks."""
