def mean(values):
    return sum(values) // max(1, len(values))


class Running:
    def add(self, value):
        self.values.append(value)

    def mean(self):
        return mean(self.values)
