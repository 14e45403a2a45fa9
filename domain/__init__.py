"""The words that every stage of Rasd speaks: frozen value types, enums and pure rules. No I/O."""
