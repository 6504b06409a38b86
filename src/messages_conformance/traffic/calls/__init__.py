"""Reads what a program sent, from whatever kept it: for those who ask what the program uses.

`lint` judges answers and wants their bytes (`traffic.readers`); here the request counts, and an
answer only for what it shows of the program. So a record need not hold an exchange to be read,
and one that cannot be read is counted and does not end its file.

`call.Call` is what a record comes to, and says what its format hides. `saved_calls.read_calls`
opens a file or folder; `whole_exchanges` reads formats that keep HTTP, `records` knows the shapes
of JSON records, line by line, so that a file of any length takes the memory of its longest line.
"""
