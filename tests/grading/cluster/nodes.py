"""A cluster on this machine in a process of its own: `python nodes.py FOLDER OTHERS`.

It has a head of one core, and so many other nodes. It prints the cluster's address, then does what it
is told line by line: `lose` kills the last node as a power cut would, `add` starts another. At the end of its input everything is ended.
"""

from __future__ import annotations

import sys

from ray.cluster_utils import Cluster

STORE = 80 << 20


def main() -> None:
    node = {"num_cpus": 1, "object_store_memory": STORE}
    head = {**node, "include_dashboard": False, "temp_dir": sys.argv[1]}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    others = [cluster.add_node(**node) for _ in range(int(sys.argv[2]))]
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line == "lose\n":
            cluster.remove_node(others.pop(), allow_graceful=False)
        elif line == "add\n":
            others.append(cluster.add_node(**node))
        print("done", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
