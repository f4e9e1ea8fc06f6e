# %% [markdown]
# # Convolutional and residual networks
#
# Fill in the functions marked with `raise NotImplementedError` and hand this notebook in. Only what you
# define is graded: experiments, plots and downloads are not run. Keep the names and the arguments.

# %%
import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms

# %% [markdown]
# ## Given code
#
# `modify(datasets.MNIST)` is a version of the data set with options: `img_size` puts the image on a larger
# canvas, `random_shift` puts it anywhere there, `scramble_image` shuffles its pixels in one fixed way, and
# `noise` adds Gaussian noise. `get_model` builds a ResNet out of your `ResidualBlock`.

# %% include given.py

# %% [markdown]
# ## 1.1 Data loaders
#
# Return a loader over the training split, shuffled, and one over the test split, both of `batch_size`.
# Turn images into tensors and normalise them with the mean and standard deviation of the data set: MNIST
# has 0.1307 and 0.3081, FashionMNIST 0.286041 and 0.353024. Every option must reach both data sets.


# %%
def get_dataloaders(
    base_dataset,
    batch_size,
    img_size=28,
    random_shift=False,
    scramble_image=False,
    noise=0.0,
    show_examples=False,
):
    # TODO: (train_loader, val_loader)
    raise NotImplementedError


# %% [markdown]
# ## 1.2 A multilayer perceptron
#
# Flatten; a linear layer to 256 units; three more of 256 to 256; one to the 10 classes. ReLU between.


# %%
def get_mlp(image_size):
    # TODO: an nn.Module for images of (N, 1, image_size, image_size)
    raise NotImplementedError


# %% [markdown]
# ## 1.3 A convolutional network
#
# Convolutions with 5×5 kernels: 1 to 32 channels, same size; 32 to 64, stride 2, padding 2; 64 to 64, same
# size; 64 to 128, stride 2, padding 2. ReLU after each. Then global average pooling, a 1×1 convolution to
# the 10 classes, and Flatten.


# %%
def get_cnn(image_size):
    # TODO: an nn.Module for images of (N, 1, image_size, image_size)
    raise NotImplementedError


# %% [markdown]
# ## 1.4 One epoch of training
#
# For each batch: forward, loss, backward, a step of the optimizer and a step of the scheduler. Return three
# lists with one number a batch: the loss, the accuracy (between 0 and 1), and the learning rate after the
# scheduler's step.


# %%
def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    loss_history, accuracy_history, lr_history = [], [], []
    # TODO
    raise NotImplementedError


# %%
def run_training(model, loaders, epochs, lr, device="cpu"):
    """Train with AdamW and a cosine schedule, and print the accuracy on the test split."""
    train_loader, val_loader = loaders
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(train_loader))
    for epoch in range(1, epochs + 1):
        train_epoch(model, optimizer, scheduler, nn.CrossEntropyLoss(), train_loader, epoch, device)
        model.eval()
        with torch.no_grad():
            right = sum((model(x.to(device)).argmax(1).cpu() == y).sum().item() for x, y in val_loader)
        print(f"epoch {epoch}: {100 * right / len(val_loader.dataset):.2f} % right")


# %%
# run_training(get_mlp(28), get_dataloaders(datasets.MNIST, 128), epochs=5, lr=1e-3)

# %% [markdown]
# ## 1.5 A residual block
#
# `R2(N2(C2(R1(N1(C1(x))))) + Skip(x))`: C1 is a 3×3 convolution with the block's stride and padding 1, C2 one
# with stride 1 and padding 1, N1 and N2 are batch normalisations, R1 and R2 are ReLU. Skip is the identity where
# the block keeps the shape of its input, and otherwise N3(C3(x)), configured as C1 and N1 are.


# %%
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        # TODO
        raise NotImplementedError

    def forward(self, x):
        # TODO
        raise NotImplementedError


# %%
# run_training(get_model(20), get_dataloaders(datasets.FashionMNIST, 128, 32, random_shift=True), 10, lr=3e-3)
