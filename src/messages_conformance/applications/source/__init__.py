"""What source shows of the API's use, whatever its language.

- `tree`: expressions, and what a file does with them, in the terms of both languages.
- `python`, `typescript`: a file as such a tree, with Python's own parser and tree-sitter.
- `names`: what a name stands for: literals, dicts that are built up, ways through an answer.
- `calls`: calls of the SDKs, and what they pass; `reads`: code that reads answers.
- `patterns`: names of the SDKs, and the ways through an answer that lean on a promise.
- `find`: the places in a file that show something.
"""
