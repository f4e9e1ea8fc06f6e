# tries: mark-up, terminal codes and formulas as file names
# sign: active
# control: show_names
# outcome: unreadable
# question: size
# builds: yes
import zipfile

NAMES = (
    "<img src=x onerror=alert(1)>.txt",
    "\x1b[31mred.txt",
    "\u202etxt.exe.md",
    '=HYPERLINK("http:x")(.txt',
    "a\nb.md",
    "<svg onload=alert(1)>.ipynb",
    "b'\"&;.py",
)


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        for name in NAMES:
            archive.writestr(name, "(((")
            archive.writestr(f"../{name}", "")
    for name in NAMES[1:3]:
        (folder / name).write_text("(((")
