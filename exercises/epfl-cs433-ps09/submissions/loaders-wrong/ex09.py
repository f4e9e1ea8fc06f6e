import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms


def get_dataloaders(
    base_dataset,
    batch_size,
    img_size=28,
    random_shift=False,
    scramble_image=False,
    noise=0.0,
    show_examples=False,
):
    if base_dataset == datasets.FashionMNIST:
        path, mean, std = "./data/FMNIST", 0.286041, 0.353024
    else:
        path, mean, std = "./data/MNIST", 0.1307, 0.3081
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((mean,), (std,))])
    options = dict(
        img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise
    )
    dataset = modify(base_dataset)
    train_set = dataset(path, train=True, transform=transform, **options)
    val_set = dataset(path, train=True, transform=transform, img_size=img_size, noise=noise)
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, num_workers=2)
    val_loader = torch.utils.data.DataLoader(val_set, batch_size=batch_size, num_workers=2)
    if show_examples:
        fig, axes = plt.subplots(1, 5)
        for axis, (image, label) in zip(axes, val_set):
            axis.imshow(image[0], cmap="gray")
            axis.set_title(label)
        plt.show()
    return train_loader, val_loader
