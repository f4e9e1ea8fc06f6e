# tries: to start another program
# sign: files
# outcome: processes
# says: may not start processes
import subprocess


def get_net():
    subprocess.run(["/bin/touch", "@WORLD@/desk/mark"], check=True)
