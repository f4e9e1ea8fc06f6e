# tries: to have another process killed first when memory runs out
# sign: victim
# outcome: error
# says: may not write files


def get_net():
    with open("/proc/@VICTIM@/oom_score_adj", "w") as score:
        score.write("999")
