# tries: the mark-up of the library that draws the terminal's table
# sign: markup
# outcome: error


def get_net():
    raise ValueError("[bold green]right[/] [link=file:///etc/passwd]x[/link] [/nothing]")
