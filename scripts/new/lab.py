# ---
# description: "TITLE: write one line here, for the lists and for search engines."
# able:
#   - say in one line what the reader can do afterwards
# needs:
#   - what a slope is
# lessons:
#   - RELATED
# ---

# %% [markdown]
# Say what the reader sets out to find, and why it matters.
#
# ## The first step
#
# Say what to look for in the output.

# %%
from snippets.SUBJECT.MODULE import NAME

volume = NAME(2.5)
print(f"volume {volume:g}")

# %% [markdown]
# ## The picture

# %%
#| alt: A curve that climbs ever more steeply: at the edge 1 it stands at 1, at the edge 2 at 8.
#| caption: Say here what the figure shows.
import matplotlib.pyplot as plt
import numpy as np

edges = np.linspace(0, 2, 50)
figure, axes = plt.subplots()
axes.plot(edges, NAME(edges))
axes.plot([1, 2], NAME([1, 2]), "o")
axes.set(xlabel="edge", ylabel="volume")
plt.show()
print(f"volume at the edges 1 and 2: {NAME(1):g}, {NAME(2):g}")
