# ---
# description: Four gradients with a fault each, and three false alarms that a right one raises. Find them with a check of a few lines.
# able:
#   - check any gradient against its loss, and read what the error says
#   - recognise a lost factor, a wrong sign, a broadcast and a missing term
#   - tell a fault from a false alarm
# needs:
#   - partial derivatives, and the central difference
#   - a loss and its gradient, as in the first lesson
#   - a matrix times a vector, and a transpose
# lessons:
#   - tutorials/calculus-for-optimization/derivatives-and-gradients.md
# given: {1.99: a factor that the reader writes}
# ---

# %% [markdown]
# A wrong gradient seldom crashes. Often the loss falls, only slower, or to the wrong place, and one blames the learning rate. So
# before a gradient is trusted, it is held against something computed another way: the loss itself, nudged.
#
# In this lab you are the inspector. The cells below hold gradients that somebody wrote in a hurry. Cover an output until
# you have guessed; then mend the code, and run it again.
#
# ## The instrument
#
# The [central difference](../tutorials/calculus-for-optimization/derivatives-and-gradients.md#why-h-1e-7-and-not-smaller) nudges one
# entry of $w$ to both sides. It gives a slope $m_i$ for each entry $g_i$ of the gradient, and the **relative error** compares them:
#
# $$
# \text{error}_i = |g_i - m_i| \,/ \max(|g_i|, |m_i|)
# % from differentiation/gradient_check.py
# % g, m in R^3
# % i in 1..3
# % error_i = gradient_check(lambda x: m @ x, lambda x: g, np.zeros(3), 1.0)[i - 1]
# $$
#
# Relative, because a difference of 0.01 is nothing between two slopes of a thousand, and everything between two of 0.02. Four words
# for four bands are a good habit: up to 1e-7 the gradient is *right*; up to 1e-4 *fair*, if the loss has kinks; up to 0.01 *suspicious*;
# and above it is *wrong*.
#
# First a gradient that is right: least squares, twenty rows of made-up data, three weights. The loss is the
# mean square of what the predictions `A @ w` miss, over all $n$ rows:
#
# $$
# L(w) = \|A w - y\|^2 / n, \qquad
# \nabla L(w) = 2 A^\mathsf{T} (A w - y) / n
# % from optimization/linear_regression.py
# % A in R^nx3
# % w in R^3
# % y in R^n
# % L(w) = loss(w, A, y)
# $$

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.differentiation.gradient_check import gradient_check
from snippets.differentiation.verdict import verdict
from snippets.optimization.linear_regression import loss, loss_grad


def report(f, grad, x, h=1e-5):
    errors = gradient_check(f, grad, x, h)
    for i, error in enumerate(errors):
        size = f"{error:.3f}" if error > 1e-3 else f"{error:.0e}" if error > 1e-7 else "< 1e-7"
        print(f"entry {i}: error {size:>6}  {verdict(error)}")
    return errors


rng = np.random.default_rng(1)
A, y = rng.normal(size=(20, 3)), rng.normal(size=20)
w = rng.normal(size=3)


def squares(w):
    return loss(w, A, y)


def squares_grad(w):
    return loss_grad(w, A, y)


right = report(squares, squares_grad, w)

# %% [markdown]
# All three entries agree to seven digits and more. That is what a healthy gradient looks like, and it cost six evaluations of the loss:
# two for each weight.
#
# ## Fault 1: from memory
#
# Here is the same gradient, written from memory. **Guess:** what of the formula is gone, and what will the error be?


# %%
def from_memory(w):
    return A.T @ (A @ w - y) / len(y)


factor = report(squares, from_memory, w)

# %% [markdown]
# *What the check says.* Every entry is wrong, and all by the same error. A slip in one term rarely does that: something multiplies the
# whole gradient. With an error of 0.500 one of the two slopes is half of the other.
#
# <details markdown="1"><summary>The fault</summary>
#
# A lost factor. The derivative of a square is *twice* what was squared: `2 / len(y) * A.T @ (A @ w - y)`. Gradient descent would still
# arrive, at half the learning rate that you think it has. That is why nobody notices.
#
# </details>
#
# ## Fault 2: in two parts
#
# Now a classifier: the first entry of $w$ is the bias, and the [sigmoid](../tutorials/calculus-for-optimization/derivatives-and-gradients.md#the-chain-rule-in-neural-networks)
# turns a score into the probability `p` that a row is of class 1. The **log loss** is the
# mean of `-log(p)` over the rows of class 1 and of `-log(1 - p)` over those of class 0, and its gradient is the mean of `(p - label)` times the
# row. **Guess** before you look at the output: which part would you suspect, and of what?

# %%
from snippets.optimization.logistic_regression import log_loss, probability

B = np.column_stack([np.ones(20), A[:, :2]])
label = (y > 0) * 1.0


def in_two_parts(w):
    p = probability(w, B)
    bias = np.mean(label - p)
    weights = B[:, 1:].T @ (p - label) / len(label)
    return np.concatenate([[bias], weights])


sign = report(lambda w: log_loss(w, B, label), in_two_parts, w)

# %% [markdown]
# *What the check says.* The two weights are fine; the error of the bias is 2. It can only be that large if the two slopes have
# opposite signs, and it is exactly 2 only if they are also of the same size.
#
# <details markdown="1"><summary>The fault</summary>
#
# A wrong sign: `label - p` in one part, `p - label` in the other. Each looks right by itself. The bias would climb the loss while the
# weights descend it.
#
# </details>
#
# ## Fault 3: from a table
#
# Back to least squares. The targets came from a table this time, as a column. NumPy says nothing, and the gradient has the right shape.
# **Guess:** what is the shape of the difference?

# %%
column = y.reshape(-1, 1)


def from_a_table(w):
    misses = A @ w - column
    return np.array([2 * np.mean(misses * feature) for feature in A.T])


broadcast = report(squares, from_a_table, w)

# %% [markdown]
# *What the check says.* All entries are wrong, each by another amount. No factor or sign of the whole explains that: suspect the numbers that went into the
# sum. When there is no pattern, look at shapes before you look at algebra.

# %%
print("A @ w        ", (A @ w).shape)
print("column       ", column.shape)
print("their difference", (A @ w - column).shape)

# %% [markdown]
# <details markdown="1"><summary>The fault</summary>
#
# A broadcast. A row of 20 minus a column of 20 is a table of all differences between any prediction and any target, 20 by 20, and the mean
# quietly brings it back to one number for each weight. Write `A @ w - column[:, 0]`. `loss` refuses a column; one that took it as well would be wrong
# *together* with its gradient, and the check would be content: it compares the gradient with the loss, not with what you meant.
#
# </details>
#
# ## Fault 4: with a penalty
#
# To keep weights small one adds a penalty, $\lambda \lVert w \rVert^2$. The loss below has it; in the code $\lambda$ is `penalty`. The check is run where training starts, at zero.


# %%
def ridge(w, penalty=0.01):
    return squares(w) + penalty * w @ w


def ridge_grad(w):
    return squares_grad(w)


print("at zero")
hidden = report(ridge, ridge_grad, np.zeros(3))

# %% [markdown]
# Content, in all entries. **Guess,** with the next output covered: is there a place where the same two functions could disagree?

# %%
print("at a random point")
term = report(ridge, ridge_grad, w)

# %% [markdown]
# *What the check says.* Small errors, of another size in each entry, and none at zero. What is missing must vanish at zero, and it must be
# small beside the rest.
#
# <details markdown="1"><summary>The fault</summary>
#
# A missing term: the derivative of the penalty, `2 * 0.01 * w`, was never added. At $w = 0$ it is zero, so there is nothing to miss. Check
# at a random point, and at more than one. In the first cell of this fault, set the penalty to 1e-6, and run the second: which
# word does the check have for it now? It is a fault all the same, and with a penalty that is small enough the check cannot see it. This loss has no kink: what is less than *right* at random points is a fault, as a rule.
#
# </details>
#
# ## False alarm 1: the kink
#
# The suspects that are left are innocent. The function $\max(0, x)$, summed over three entries, has slope 1 right of zero and 0 left of it, and that is
# what this gradient says. One entry lies very close to the kink.


# %%
def relu(x):
    return np.sum(np.maximum(0, x))


def relu_grad(x):
    return (x > 0) * 1.0


x = np.array([-1.0, 1e-6, 2.0])
kink = report(relu, relu_grad, x)
print("with a nudge smaller than the distance to the kink")
mended = report(relu, relu_grad, x, h=1e-7)

# %% [markdown]
# The nudge of 1e-5 stepped over the kink at zero, and the central difference averaged two different slopes. The gradient was right all along.
# If a single entry is wrong, make the nudge ten or a hundred times smaller, but not so small that rounding takes over: a fault stays, a kink goes. Unless the point is on the
# kink itself, or too near: write 0 in place of `1e-6`, and the error is 1 for every nudge. Then move the point.
#
# ## False alarm 2: too few digits
#
# This one concerns every entry. The right gradient again, in the seven digits of `float32`:

# %%
single = gradient_check(
    lambda w: loss(w, A.astype("float32"), y.astype("float32")),
    lambda w: loss_grad(w, A.astype("float32"), y.astype("float32")),
    w.astype("float32"),
)
print("right in float64:", [verdict(error) == "right" for error in right])
print("right in float32:", [verdict(error) == "right" for error in single])

# %% [markdown]
# Digits run out in `float64` too, where the weights are large. With weights a million times larger, a nudge of 1e-5 changes only the last few
# digits of the loss. A nudge that grows with the weights changes more of them.

# %%
large = 1e6 * w
for h in [1e-5, 1e-5 * abs(large).max()]:
    errors = gradient_check(squares, squares_grad, large, h)
    print(f"h = {h:<7.1g} right:", errors <= 1e-7)

# %% [markdown]
# ## False alarm 3: flat ground
#
# The right gradient a last time, in `float64`, at the point where the loss is smallest. **Guess:** what will the check say where the gradient is zero?

# %%
best = np.linalg.lstsq(A, y)[0]
flat = gradient_check(squares, squares_grad, best)
print("verdicts:", [verdict(error) for error in flat])
print("slopes below 1e-12:", abs(squares_grad(best)) < 1e-12)

# %% [markdown]
# *What the check says.* *Wrong*, of a gradient that is right. Both slopes should be zero, and what is left of each is rounding: the relative error compares noise with noise.
# So look at the slopes too, and check somewhere else: a random point is seldom flat.
#
# ## A check for two evaluations
#
# Three weights cost six evaluations of the loss. A network can have millions of weights. Then one walks along a single **random direction** $d$, all weights at once: the rate of the loss
# for each $d$ of it is $\nabla L \cdot d$, and two evaluations measure it.

# %%
d = np.random.default_rng(2).normal(size=3)


def along(f, grad, w):
    def height(t):
        return f(w + t[0] * d)

    def slope(t):
        return [grad(w + t[0] * d) @ d]

    return gradient_check(height, slope, [0.0])[0]


pairs = {
    "right gradient": (squares, squares_grad),
    "1  lost factor": (squares, from_memory),
    "2  wrong sign": (lambda w: log_loss(w, B, label), in_two_parts),
    "3  broadcast": (squares, from_a_table),
    "4  missing term": (ridge, ridge_grad),
}
for name, (f, grad) in pairs.items():
    print(f"{name:<15} {verdict(along(f, grad, w))}")

# %% [markdown]
# It finds that something is wrong, and not where. A fault may hide where what is wrong with the gradient is small beside the rest, or nearly at a right angle to $d$. Draw
# another $d$ for the next check, and go to single entries when it complains.
#
# ## All of them at once
#
# Where would you draw the line between the honest gradients and the faults?

# %%
#| alt: Relative errors of seven gradient checks on a logarithmic axis with four bands: right, fair,
#|   suspicious and wrong. The right gradient lies at the left end, in the band right. The lost
#|   factor, the wrong sign, the broadcast, the missing term, the kink and the flat ground lie in
#|   the band wrong, far to the right.
#| caption: Each tick is an entry of a gradient, the dot its worst; 1e-9 means that or less. With
#|   the wrong sign and at the kink a single entry is wrong. Between this honest gradient and these
#|   faults there is room for many powers of ten. The kink and the flat ground lie where the faults lie:
#|   ask before you accuse.
from snippets.figures.check_bands import check_bands

checks = {
    "right gradient": right,
    "1  lost factor": factor,
    "2  wrong sign": sign,
    "3  broadcast": broadcast,
    "4  missing term": term,
    "false alarm, kink": kink,
    "false alarm, flat": flat,
}
check_bands(list(checks.values()), list(checks))
plt.show()
for name, errors in checks.items():
    print(f"{name:<17} {verdict(errors.max())}")

# %% [markdown]
# ## The protocol
#
# 1. In `float64`, at a random point, with $h$ around 1e-5.
# 2. Compare relatively, entry by entry. One wrong entry and all wrong entries are different diseases.
# 3. Suspect first: with the same error everywhere a factor; with 2 a sign; without a pattern the shapes, or the order of the rows; where it is gone at zero a missing term.
# 4. A single wrong entry near a kink: make $h$ smaller before you accuse anybody. On the kink: move the point. Large weights: let $h$ grow with them.
# 5. All slopes nearly zero, at a minimum for instance: the error means nothing there. Move the point.
# 6. Many weights: one random direction first, single entries where it complains. Then switch the check off before you train.
#
# **Your turn.** Plant a fifth fault in `from_memory`, one that stays below 0.01, and see which word the check has for it.
#
# <details markdown="1"><summary>A short answer</summary>
#
# Its factor for instance, mended to 2 and spoilt to `1.99`: an error of 0.005 in every entry, *suspicious*. A fault can be as small as it likes, so
# *wrong* is not the only word to act on.
#
# </details>
