# tries: to import the reference by its name
# sign: points
# outcome: error
# says: ModuleNotFoundError


def get_net():
    import reference

    return reference.get_net()
