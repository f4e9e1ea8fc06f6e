# tries: formulas as names of files
# sign: formula
# control: table
# outcome: unanswered
# question: size
# builds: yes
import zipfile

NAMES = ("=1+1.txt", "@SUM(A1).md", "+cmd.csv", "-2+3.py.txt", "a\t=1+1.txt")


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        for name in NAMES:
            archive.writestr(name, "nothing")
    for name in NAMES:
        (folder / name).write_text("nothing")
