"""What builds the site. The folders are its steps: text → blocks → claims → html → downloads → site.

text/        a page's text, read once: front matter, fences, exercises, formulas
blocks/      its code, executed: with what it includes, twice, as in the reader's browser
claims/      what it says, held to what ran: output, numbers, answers, formulas
html/        what the reader sees
downloads/   what the reader takes along
site/        what is published: how it is packed, kept, replaced
vendor/      other people's files, fetched and verified
proofs/      programs that prove; no build imports them

Each takes only from those above it (vendor stands beside text); hooks.py and extension.py put them together for MkDocs and for
Markdown. A test holds them to it.
"""
