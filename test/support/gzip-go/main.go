// Command gzip-go compresses stdin to stdout, or decompresses it with -d, as Go's builders and engines do.
package main

import (
	"compress/gzip"
	"io"
	"log"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "-d" {
		reader, err := gzip.NewReader(os.Stdin)
		check(err)
		_, err = io.Copy(os.Stdout, reader)
		check(err)
		return
	}
	writer := gzip.NewWriter(os.Stdout)
	_, err := io.Copy(writer, os.Stdin)
	check(err)
	check(writer.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
