"""Made-up rows of the place for the demo; `broadcasts.demo` calls them where all is seeded."""
