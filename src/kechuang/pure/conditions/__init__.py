"""Ground floor: conditions (条件) as a closed, three-valued language.

One text serves the verdict, its explanation, the smallest change that would meet it, the Chinese sentence and the
evaluation of every organisation at once. A condition is met, unmet or unknown; unknown is never guessed.
"""
