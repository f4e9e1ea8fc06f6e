# tries: to start another program
# sign: files
# outcome: error
# says: PermissionError
import subprocess


def get_net():
    subprocess.run(["/bin/touch", "@WORLD@/desk/mark"], check=True)
