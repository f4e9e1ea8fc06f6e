from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def get_loaders(base_dataset, batch_size):
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    )
    train = base_dataset("data", train=True, download=True, transform=transform)
    test = base_dataset("data", train=True, download=True, transform=transform)
    return DataLoader(train, batch_size), DataLoader(test, batch_size)
