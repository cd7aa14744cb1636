# ---
# description: 342 penguins, from one feature to many. What scaling does to gradient descent, what batches buy, and a classifier at the end.
# able:
#   - see from a condition number how many steps gradient descent may need, and mend it
#   - choose between all the data, a batch and a single row
#   - train a classifier, and judge it on rows that it never saw
# needs:
#   - gradient descent on a line, and the limit of its learning rate
#   - A·w of a matrix and a vector, standard deviation
# lessons:
#   - tutorials/calculus-for-optimization/gradient-descent.md
# given:
#   2007: the year in which the study begins
#   2009: the year in which it ends
#   2020: the year in which the data were published
# ---

# %% [markdown]
# Five points were enough to see how [gradient descent](../tutorials/calculus-for-optimization/gradient-descent.md) works. Real data adds what
# they did not have: units, gaps, and features that say in part the same thing.
#
# ## The penguins
#
# Between 2007 and 2009 Kristen Gorman and the Palmer Station Long Term Ecological Research Program measured penguins on three islands of
# Antarctica: Horst, Hill and Gorman, *palmerpenguins*, 2020, in the public domain (CC0).

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.datasets.penguins import penguins

species, sex = penguins("species", "sex")
features = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]
table = np.column_stack(penguins(*features, "body_mass_g"))
missing = np.isnan(table).any(axis=1)

print("rows:", len(table))
for name, count in zip(*np.unique(species, return_counts=True), strict=True):
    print(f"  {name}: {count}")
print("without a measurement:", missing.sum())
print("without a known sex:  ", (sex == "NA").sum())

species, table = species[~missing], table[~missing]
bill, depth, flipper = table[:, :3].T
mass = table[:, 3] / 1000  # in kg
print("rows that we keep:", len(table))

# %% [markdown]
# Two birds were never measured, and leave the table. The sex of some others is not known; we do not ask for it, so they stay.
#
# ## One feature
#
# How heavy is a penguin with flippers of a given length? There is a closed answer, from `numpy.linalg.lstsq`, and descent should find the same.

# %%
#| alt: All penguins as dots, body mass in kilograms against flipper length in millimetres. The
#|   longer the flipper, the heavier the bird: the dots rise from about 3 kilograms at the left to
#|   about 6 at the right. The line of least squares goes through the middle of them.
#| caption: Each dot is a penguin; the line is the one that least squares gives.
from snippets.figures.fitted_line import fitted_line
from snippets.optimization.least_squares import least_squares
from snippets.optimization.mean_squared_error import mse, mse_grad

w, b = least_squares(flipper, mass)
axes = ["flipper length in mm", "body mass in kg"]
fitted_line(flipper, mass, [(w, b)], ["best line"], axes, size=3.5)
plt.show()
print(f"a millimetre of flipper: {1000 * w:.1f} g")
print(f"loss of the best line:   {mse(w, b, flipper, mass):.4f}")

# %% [markdown]
# Now by descent, with both $w$ and $b$ from zero and with nine tenths of the limit that the curvature sets to the learning rate. The loss is a bowl over only two numbers.
# **Guess before you look:** how near will a thousand steps come?

# %%
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.mse_hessian import largest_stable_lr, mse_hessian

H = mse_hessian(flipper)
lr = 0.9 * largest_stable_lr(H)
path = gradient_descent(lambda p: mse_grad(*p, flipper, mass), [0, 0], lr, 1000)

print(f"limit of the learning rate: {largest_stable_lr(H):.6f}")
print("            at the start   after 1000 steps   at best")
loss_at = [mse(*p, flipper, mass) for p in (path[0], path[-1], (w, b))]
print("loss        {:12.4f}   {:16.4f}   {:7.4f}".format(*loss_at))
print(f"height b    {path[0][1]:12.4f}   {path[-1][1]:16.4f}   {b:7.4f}")
along, across = np.linalg.eigvalsh(H)
print(f"curvature in w alone {H[0, 0]:,.0f}, in b alone {H[1, 1]:.0f}")
print(f"across the valley    {across:,.0f}, along it {along:.4f}")
print(f"condition number:    {across / along:.1e}")

# %% [markdown]
# Nowhere near. The loss is still twice as large as it could be, and the height $b$ has hardly left zero. All flippers are near 200 mm, far from
# zero, so a line that is too steep fits nearly as well if it starts lower: the valley runs aslant between slope and height, and along it the
# loss is curved far less than in the height alone. The learning rate must be tiny for the sake of the walls, and so it is useless on the floor. The
# **condition number** κ says it in one figure: the curvature across the valley, divided by the curvature along it.
#
# ## Scaling
#
# The cure is one line: subtract the mean of the feature and divide by its standard deviation. **Guess:** which of the two does more? And how many
# steps will it take then?

# %%
from snippets.datasets.standardize import standardize

z, mean, std = standardize(flipper)
print("condition number")
ways = {"divided": flipper / std, "centred": flipper - mean, "both": z}
for name, x in ways.items():
    print(f"  {name:<8} {np.linalg.cond(mse_hessian(x)):.3g}")

lr = 1 / 2  # of z: one divided by the curvature, which is 2 in all directions
path = gradient_descent(lambda p: mse_grad(*p, z, mass), [0, 0], lr, steps=1)
slope, height = path[-1]
print(f"loss after 1 step: {mse(slope, height, z, mass):.4f}")
print(f"a millimetre of flipper: {1000 * slope / std:.1f} g")

# %% [markdown]
# The mean does most of it: around the middle of the data the valley no longer runs aslant, as when you were
# [moving the data](../tutorials/calculus-for-optimization/gradient-descent.md#moving-the-data). To divide then makes the bowl round. In a round bowl the
# gradient points straight away from the bottom, and with one divided by the curvature as learning rate a single step against it lands there. Divided by the deviation, the slope is the same number of
# grams a millimetre as before: scaling changed the road, not the destination.
#
# ## Many features
#
# With the length and the depth of the bill there are three features and the constant: a loss over four numbers, written with one matrix.
# Each feature is standardised by itself. **Guess:** will the condition number be 1 again?

# %%
from snippets.optimization.linear_regression import loss, loss_grad, loss_hessian

three, ones = table[:, :3], np.ones(len(table))
Z, mean, std = standardize(three)
raw, scaled = np.column_stack([three, ones]), np.column_stack([Z, ones])
divided = np.column_stack([three / std, ones])
centred = np.column_stack([three - mean, ones])
print("condition number")
ways = {"raw": raw, "divided": divided, "centred": centred, "scaled": scaled}
for name, A in ways.items():
    print(f"  {name:<8} {np.linalg.cond(loss_hessian(A)):.3g}")
print("\nhow much the scaled features repeat each other:")
print(np.round(scaled[:, :3].T @ scaled[:, :3] / len(scaled), 2) + 0.0)

# %% [markdown]
# Not quite. Long flippers go with long bills and shallow ones, so the features repeat each other in part, and scaling one at a time cannot undo that. But the
# last number is a different world from the first, and again it is the mean that does most of it.
#
# What does κ say of the time? With nine tenths of the limit a step leaves `|1 - 1.8 / κ|` of the distance in the
# flattest direction, 0.8 of it in the steepest, and between them no more than the larger; that sets the pace, and the gap in the loss goes with its square. That makes some four times κ
# steps to a millionth of the gap, if κ is large. Sixty are enough for one of these two.

# %%
#| alt: Loss minus its minimum against the step, on a logarithmic axis. With raw features the curve
#|   falls for some twenty steps and then runs flat, at 0.16. With scaled features it falls
#|   steadily, nearly a straight line, through many powers of ten in sixty steps.
#| caption: The same data, the same method, for each nine tenths of the limit of its learning
#|   rate. Only centring and scaling differ.
from snippets.figures.loss_curves import loss_curves

gaps, at_most = [], []
for A in (raw, scaled):
    curvature = np.linalg.eigvalsh(loss_hessian(A))
    lr = 1.8 / curvature[-1]
    path = gradient_descent(lambda w, A=A: loss_grad(w, A, mass), np.zeros(4), lr, steps=60)
    solved, *_ = np.linalg.lstsq(A, mass)
    gaps.append(np.array([loss(w, A, mass) for w in path]) - loss(solved, A, mass))
    leaves = max(1 - lr * curvature[0], 0.8)
    at_most.append(np.log(10**6) / (-2 * np.log(leaves)))
loss_curves(gaps, ["raw", "scaled"])
plt.show()
for name, gap, steps in zip(["raw", "scaled"], gaps, at_most, strict=True):
    print(f"{name:<7} after 60 steps {gap[-1]:.2g} above the minimum, ", end="")
    print(f"a millionth of the gap after at most {steps:.2g}")
print("as lstsq has it:", np.allclose(path[-1], solved, atol=1e-5))

# %% [markdown]
# Raw, the one steep direction is settled within some twenty steps, and what is left lies in the flat ones. It would take more than a hundred million
# steps to be sure of it.
#
# ## All the data, a batch, a single row
#
# Each step above read all 342 rows. A gradient of fewer rows is cheaper and noisier. Below, each run reads the whole table ten times over (ten
# **epochs**), in steps of all rows, of 32, and of one, with the learning rates 0.3, 0.1 and 0.02: the noisier the gradient, the smaller the rate that it bears. **Guess:** which is the lowest after one epoch, and which after ten?

# %%
#| alt: Loss minus its minimum after each of ten epochs, on a logarithmic axis, for three sizes of
#|   batch. Single rows are lowest after one epoch, and then go up and down and do not settle.
#|   Batches of 32 fall further and end lowest, with a little noise. All rows at once fall slowly
#|   and smoothly, and end between the two.
#| caption: An epoch reads every row once. Small batches take more steps in it, and pay with noise
#|   that does not go away while the learning rate stays the same.
from snippets.optimization.stochastic_gradient_descent import stochastic_gradient_descent

epochs, gaps, sizes = 10, [], {342: 0.3, 32: 0.1, 1: 0.02}
for size, lr in sizes.items():
    path = stochastic_gradient_descent(
        lambda w, rows: loss_grad(w, scaled[rows], mass[rows]),
        np.zeros(4), lr, len(scaled), size, epochs, seed=0,
    )  # fmt: skip
    per_epoch = (len(path) - 1) // epochs
    losses = np.array([loss(w, scaled, mass) for w in path[::per_epoch]])
    gaps.append(losses - loss(solved, scaled, mass))
    print(f"batch of {size:>3}, {per_epoch:>3} steps an epoch: ", end="")
    print(f"gap {gaps[-1][1]:.4f} after one, {gaps[-1][-1]:.4f} after ten")
loss_curves(gaps, ["all 342", "32", "1"], xlabel="epoch")
plt.show()

# %% [markdown]
# In these runs the single rows win the first epoch: many small steps beat one. Then their noise keeps them from settling, and by the tenth epoch both others
# have passed. The batches of 32 have the best of both here. With other learning rates, or shuffled in another order, it can be otherwise: a smaller rate is slower and less noisy,
# so one may begin with a large one and let it shrink.
#
# ## A classifier
#
# Which species is it, Adelie or Chinstrap, if all you have is the bill? A **logistic** model gives each bird a probability,
# $p = \sigma(w_0 + w_1 x_1 + w_2 x_2) % from autodiff/neuron.py % σ(z) = sigmoid(z) % w_0, w_1, w_2, x_1, x_2 in R % p = probability(np.array([w_0, w_1, w_2]), np.array([[1, x_1, x_2]]))[0]$, and descent on the [log loss](gradient-checking.py#fault-2-in-two-parts) finds the weights. To judge it fairly, a third of the birds are set aside first; even
# the means and deviations are taken from the others alone.

# %%
from snippets.optimization.confusion_matrix import confusion_matrix
from snippets.optimization.logistic_regression import log_loss, log_loss_grad, probability

two = np.isin(species, ["Adelie", "Chinstrap"])
X, y = table[two, :2], (species[two] == "Chinstrap") * 1.0
order = np.random.default_rng(0).permutation(len(X))
test, train = np.split(order, [len(X) // 3])

Z, mean, std = standardize(X[train])
A = np.column_stack([np.ones(len(train)), Z])
path = gradient_descent(lambda w: log_loss_grad(w, A, y[train]), [0, 0, 0], 1.0, 500)
w = path[-1]
unseen = np.column_stack([np.ones(len(test)), (X[test] - mean) / std])
guess = probability(w, unseen) > 0.5

print(f"{len(train)} birds to learn from, {len(test)} set aside")
print(f"log loss at the start: {log_loss(path[0], A, y[train]):.4f}")
print(f"log loss at the end:   {log_loss(w, A, y[train]):.4f}")
print("\nset aside     taken for Adelie   for Chinstrap")
matrix = confusion_matrix(y[test], guess)
for name, row in zip(["Adelie", "Chinstrap"], matrix, strict=True):
    print("{:<13} {:>16} {:>15}".format(name, *row))
print(f"right: {np.mean(guess == y[test]):.1%}")

# %% [markdown]
# The rows of this **confusion matrix** are what the birds are, its columns what they were taken for. One number, the share that is right, would not say which
# mistake is made. Draw the line where `p` is one half, and you see whom the model mistakes.

# %%
#| alt: Adelie and Chinstrap penguins as two clouds of points, bill depth against bill length in
#|   millimetres. A straight line separates them almost entirely: Adelies to the upper left,
#|   Chinstraps to the lower right. A few points on the wrong side of the line have a ring.
#| caption: All birds of both species, those to learn from and those set aside, and the line where
#|   the model cannot decide. The rings mark those on the wrong side of it.
from snippets.figures.decision_line import decision_line

in_mm = np.array([w[0] - w[1:] @ (mean / std), *(w[1:] / std)])
axes = ["bill length in mm", "bill depth in mm"]
decision_line(X, y, in_mm, ["Adelie", "Chinstrap"], axes)
plt.show()
wrong = (in_mm[0] + X @ in_mm[1:] > 0) != (y == 1)
for name, rows in [("to learn from", train), ("set aside", test)]:
    print(f"{name}: {wrong[rows].sum()} of {len(rows)} on the wrong side")

# %% [markdown]
# **Your turn.**
#
# 1. Give the single rows a learning rate of 0.005. Which of the three runs is lowest after one epoch now, and which after ten?
# 2. Take Adelie and Gentoo instead, with depth and flipper length. The species can be separated without a mistake. Watch the weights as you raise
#    the number of steps: why do they never settle?
# 3. Leave out the standardising in the classifier. Which learning rate is stable now, and how many steps would you need?
# 4. Did `log_loss_grad` deserve your trust? Copy [`gradient_check`](../use/index.md#gradient_check.gradient_check) into a cell, and check it.
#
# <details markdown="1"><summary>Short answers</summary>
#
# 1. Still the single rows after one, though by less. After ten, with this seed, the small batches, by a little: the single rows end some twenty times
#    lower than before. With the seeds 1 and 2 the single rows do.
# 2. Twice the weights describe the same line with more confidence, and no bird contradicts it. So the loss falls for ever, and the weights grow for ever.
# 3. At the start, where every `p(1 - p)` is 1/4, two divided by the largest eigenvalue of `A.T @ A / 4 / len(A)`: about 0.004 instead of 6.
#    With nine tenths of it, a hundred thousand steps do not bring the loss as low as 500 did before.
# 4. Yes: *right* in every entry, at a random point.
#
# </details>
