"""What builds the site. The folders are its steps: text → blocks → claims → html → downloads → site.

text/        a page's text, read once: front matter, fences, exercises, formulas; and the course, its order, titles and times
vendor/      other people's files, fetched and verified
blocks/      its code, executed: with what it includes, twice, as in the reader's browser
claims/      what it says and shows, held to what ran: output and figures, numbers, answers, formulas; most messages begin here
html/        what the reader sees
downloads/   what the reader takes along
site/        what is published: how it is packed, kept, replaced
proofs/      programs that prove; no build imports them

Each takes only from those above it; hooks.py and extension.py put them together for MkDocs and for
Markdown. A test holds them to it.
"""
