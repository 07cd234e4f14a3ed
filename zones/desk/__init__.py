"""The analysts' desk: change sets proposed, held against what is known, reviewed and published."""
