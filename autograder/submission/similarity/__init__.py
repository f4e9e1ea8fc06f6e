"""Finds hand-ins of a class that agree beyond chance, and shows in what. It gives no grade."""
