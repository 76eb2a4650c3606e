"""python3 write.py <writer> <folder> <zip>: the files of the folder in a ZIP, as Python's zipfile writes it."""
import os
import sys
import zipfile

# A block of zeros that is never in memory or on the disk more than once.
BLOCK = bytes(64 << 20)
FOUR_GIB = 1 << 32


class Unseekable:
    """A pipe, which can only be written."""

    def __init__(self, file):
        self._file = file

    def write(self, data):
        return self._file.write(data)

    def flush(self):
        self._file.flush()


class Sparse:
    """A file in which zeros take no room."""

    def __init__(self, path):
        self._file = open(path, "w+b")

    def write(self, data):
        if data is BLOCK or (len(data) > 1 << 16 and not any(data[:16])):
            self._file.seek(len(data), os.SEEK_CUR)
            return len(data)
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


def fill(zip, folder):
    for directory, directories, names in os.walk(folder):
        directories.sort()
        for name in sorted(directories + names):
            path = os.path.join(directory, name)
            zip.write(path, os.path.relpath(path, folder))


def zeros(zip, name, size):
    info = zipfile.ZipInfo(name)
    info.file_size = size
    with zip.open(info, "w") as entry:
        while size:
            block = BLOCK if size >= len(BLOCK) else BLOCK[:size]
            entry.write(block)
            size -= len(block)


def large(output, *entries):
    # Reading zeros takes seconds; the checksums are not what this is about.
    zipfile.crc32 = lambda data, value=0: 0
    with zipfile.ZipFile(output, "w") as zip:
        for name, size in entries:
            zeros(zip, name, size)


def many(output, count):
    with zipfile.ZipFile(output, "w") as zip:
        for i in range(count):
            zip.writestr(zipfile.ZipInfo(str(i)), b"")


writer, folder, output = sys.argv[1:]
if writer == "file":
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as zip:
        fill(zip, folder)
elif writer == "stored":
    with zipfile.ZipFile(output, "w") as zip:
        fill(zip, folder)
elif writer == "pipe":
    with open(output, "wb") as file, zipfile.ZipFile(Unseekable(file), "w", zipfile.ZIP_DEFLATED) as zip:
        fill(zip, folder)
elif writer == "zip64":
    with zipfile.ZipFile(output, "w") as zip:
        for directory, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(directory, name)
                with open(path, "rb") as source, zip.open(os.path.relpath(path, folder), "w", force_zip64=True) as entry:
                    entry.write(source.read())
elif writer == "behind-4-gib":
    large(Sparse(output), ("a.mp4", FOUR_GIB + 7), ("b.txt", 3), ("c.txt", 5))
elif writer == "behind-4-gib-pipe":
    sparse = Sparse(output)
    large(Unseekable(sparse), ("a.mp4", FOUR_GIB + 7), ("b.txt", 3))
    sparse.truncate()
elif writer == "entry-at-the-limit":
    large(Sparse(output), ("a.mp4", FOUR_GIB - 1), ("b.txt", 3))
elif writer == "offset-at-the-limit":
    # The header of the first entry takes 30 bytes and its name.
    large(Sparse(output), ("a.mp4", FOUR_GIB - 1 - 35), ("b.txt", 3))
elif writer == "entries":
    many(output, int(folder))
