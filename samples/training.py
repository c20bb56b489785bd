"""The classifiers behind the samples, each trained in about a second."""

import warnings

import numpy as np
from scipy.ndimage import affine_transform
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from samples.digits import SEED, SIZE, Array, Digits

FIRST_BATCH = 300
COPIES = 6


def train_simple(train: Digits) -> LogisticRegression:
    """A linear classifier of the first few pictures: good, with room above it."""
    few = Digits(train.pictures[:FIRST_BATCH], train.digits[:FIRST_BATCH])
    return fit(LogisticRegression(max_iter=200), few)


def train_better(train: Digits) -> MLPClassifier:
    """A small network that also saw every picture warped in several ways."""
    return fit(network(), joined(train, warped(train)))


def train_worse(train: Digits) -> MLPClassifier:
    """The same network, trained on a table whose labels got out of step with the pictures."""
    shuffled = np.random.default_rng(SEED).permutation(train.digits)
    return fit(network(), Digits(train.pictures, shuffled))


def network() -> MLPClassifier:
    """One hidden layer; more epochs do not help."""
    return MLPClassifier((256,), max_iter=30, batch_size=100, learning_rate_init=0.003, random_state=SEED)


def warped(digits: Digits) -> Digits:
    """Each picture COPIES times, turned, stretched and slanted: hands differ more than the training pictures do."""
    random = np.random.default_rng(SEED)
    pictures = [warp(picture, random) for picture in digits.pictures for _ in range(COPIES)]
    return Digits(np.stack(pictures), np.repeat(digits.digits, COPIES))


def warp(original: Array, random: np.random.Generator) -> Array:
    """One picture turned by up to 14 degrees, stretched by up to a quarter, and slanted as much."""
    angle, slant = random.uniform(-0.25, 0.25, 2)
    height, width = random.uniform(0.8, 1.25, 2)
    matrix = np.array([[np.cos(angle) * height, -np.sin(angle)], [np.sin(angle) + slant, np.cos(angle) * width]])
    middle = np.full(2, (SIZE - 1) / 2)
    moved = affine_transform(original.astype(np.float64), matrix, middle - matrix @ middle, order=1)
    picture: Array = np.rint(moved).clip(0, 255).astype(np.uint8)
    return picture


def joined(one: Digits, other: Digits) -> Digits:
    """Both sets as one."""
    return Digits(np.concatenate([one.pictures, other.pictures]), np.concatenate([one.digits, other.digits]))


def fit[Model: (LogisticRegression, MLPClassifier)](model: Model, digits: Digits) -> Model:
    """Train on one thread: sums in another order would round differently, and the samples' bytes must not vary."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(digits.features, digits.digits)
    return model
