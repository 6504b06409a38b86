"""A report as text, Markdown, HTML, JUnit, JSON or a CI summary."""
