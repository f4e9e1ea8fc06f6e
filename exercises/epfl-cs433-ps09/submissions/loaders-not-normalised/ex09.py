import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms


def modify(base_dataset):
    """A version of a torchvision data set whose images can be enlarged, shifted, scrambled, noised."""

    class ModifiedDataset(base_dataset):
        def __init__(
            self,
            root,
            train,
            transform,
            download=True,
            img_size=28,
            random_shift=False,
            scramble_image=False,
            noise=0.0,
        ):
            super().__init__(root, train=train, transform=transform, download=download)
            self.img_size = img_size
            self.random_shift = random_shift
            self.scramble_image = scramble_image
            self.noise = noise
            generator = torch.Generator().manual_seed(433)
            self.order = torch.randperm(img_size * img_size, generator=generator)

        def __getitem__(self, index):
            image, label = super().__getitem__(index)  # (1, 28, 28)
            image = self._on_canvas(image)
            if self.noise:
                image = image + self.noise * torch.randn_like(image)
            if self.scramble_image:
                image = image.flatten()[self.order].view_as(image)
            return image, label

        def _on_canvas(self, image):
            """Put the image on a larger background, in the middle or anywhere."""
            room = self.img_size - image.shape[-1]
            if room <= 0:
                return image
            top, left = room // 2, room // 2
            if self.random_shift:
                top, left = torch.randint(room + 1, (2,)).tolist()
            canvas = image.new_full((1, self.img_size, self.img_size), image.min().item())
            height, width = image.shape[-2:]
            canvas[:, top : top + height, left : left + width] = image
            return canvas

    return ModifiedDataset


class PlainBlock(nn.Module):
    """Two convolutions without a skip connection, to compare a residual block with."""

    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.layers(x)


def get_model(depth, block_type="ResidualBlock", base_width=16):
    """A network of three stages with (depth - 2) / 6 blocks each, for 10 classes."""
    block = {"ResidualBlock": lambda: ResidualBlock, "PlainBlock": lambda: PlainBlock}[block_type]()
    layers = [nn.Conv2d(1, base_width, 3, padding=1), nn.BatchNorm2d(base_width), nn.ReLU()]
    channels = base_width
    for stage in range(3):
        width = base_width * 2**stage
        for place in range((depth - 2) // 6):
            stride = 2 if stage > 0 and place == 0 else 1
            layers.append(block(channels, width, stride))
            channels = width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]
    return nn.Sequential(*layers)

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
    transform = transforms.Compose([transforms.ToTensor()])
    options = dict(
        img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise
    )
    dataset = modify(base_dataset)
    train_set = dataset(path, train=True, transform=transform, **options)
    val_set = dataset(path, train=False, transform=transform, **options)
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True, num_workers=2)
    val_loader = torch.utils.data.DataLoader(val_set, batch_size=batch_size, num_workers=2)
    if show_examples:
        fig, axes = plt.subplots(1, 5)
        for axis, (image, label) in zip(axes, val_set):
            axis.imshow(image[0], cmap="gray")
            axis.set_title(label)
        plt.show()
    return train_loader, val_loader
