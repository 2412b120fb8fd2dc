"""Verbs over tips: each locks the tip, checks who may, moves it, and writes the step down."""
