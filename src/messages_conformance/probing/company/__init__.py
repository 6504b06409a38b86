"""Features in company: what a request may hold beside the thing under test, and what that changes.

- `features`: the table of what can be added to any request, or said otherwise, without a change
  of what it means; and why it means the same.
- `nested`: one probe as a part of another.
- `in_company`: a row's own probe, asked again in company; what fails is shrunk.
- `model`: the features that show in an answer, and how; `pairs` asks for them together.
- `exploration`: many rows in many companies, drawn by seed.
"""
