# tries: a file of the hand-in that is a link to the answers
# sign: leak
# control: follow
# outcome: unreadable
# question: net
# says: is a link


def build(folder, world):
    (folder / "net.py").symlink_to(world.folder / "source" / "reference.py")
