// Writes go.zip and go-stored.zip with Go's archive/zip, as programs do that send a ZIP while they make it.
package main

import (
	"archive/zip"
	"os"
	"time"
)

func main() {
	write("go.zip", zip.Deflate)
	write("go-stored.zip", zip.Store)
}

func write(name string, method uint16) {
	file, err := os.Create(name)
	check(err)
	writer := zip.NewWriter(file)
	modified := time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	_, err = writer.CreateHeader(&zip.FileHeader{Name: "S01/", Modified: modified})
	check(err)
	add(writer, &zip.FileHeader{Name: "S01/E01 é.mp4", Method: method, Modified: modified}, "The first episode. The first episode.")
	add(writer, &zip.FileHeader{Name: "empty.txt", Method: method}, "")
	add(writer, &zip.FileHeader{Name: "notes.txt", Method: method, Modified: modified}, "Yes.")
	check(writer.Close())
	check(file.Close())
}

func add(writer *zip.Writer, header *zip.FileHeader, content string) {
	entry, err := writer.CreateHeader(header)
	check(err)
	_, err = entry.Write([]byte(content))
	check(err)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
