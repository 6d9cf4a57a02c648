"""What the page of `anki-builder app` can ask for and do: the functions of the other commands, for one folder at a time.

`worker` does all long work in one thread, `folders` knows which folders may be opened, `look` is what there is to see of a folder, and `bench`
puts them together as the table that the server of the page gets (`preview.workbench`), which knows no command.
"""
