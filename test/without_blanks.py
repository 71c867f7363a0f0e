# Lets lit, which puts paths into shell commands unquoted, run in a checkout whose path has blanks.
import hashlib
import os
import tempfile

import lit.formats
import lit.TestRunner


def without_blanks(path):
    """The path itself, or a link to it that has no blanks."""
    if not any(c.isspace() for c in path):
        return path
    name = "coroinline-%d-%s" % (os.getuid(), hashlib.sha256(path.encode()).hexdigest()[:16])
    link = os.path.join(tempfile.gettempdir(), name)
    try:
        os.symlink(path, link)
    except FileExistsError:
        if not os.path.islink(link) or os.readlink(link) != path:
            raise
    return link


class Test(lit.formats.ShTest):
    """Gives %s, %S and %t through the links: lit itself follows them to where the blanks are."""

    def __init__(self, source, scratch):
        super().__init__(execute_external=True)
        self.source = source
        self.scratch = scratch

    def execute(self, test, lit_config):
        folder, name = test.path_in_suite[:-1], test.path_in_suite[-1]
        source_folder = os.path.join(self.source, "test", *folder)
        scratch = os.path.join(self.scratch, *folder, "Output", name + ".tmp")
        # \b: %s is not the beginning of %source. The project's own go first: they may hold a %t.
        return lit.TestRunner.executeShTest(
            test, lit_config, self.execute_external,
            test.config.substitutions + [
                (r"%s\b", os.path.join(source_folder, name)),
                (r"%S\b", source_folder),
                (r"%t\b", scratch),
            ])
