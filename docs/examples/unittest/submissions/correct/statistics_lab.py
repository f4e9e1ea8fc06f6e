def mean(values):
    if not values:
        raise ValueError("no values")
    return sum(values) / len(values)


class Running:
    def __init__(self):
        self.total = self.count = 0

    def add(self, value):
        self.total += value
        self.count += 1
        return self

    def mean(self):
        return self.total / self.count
