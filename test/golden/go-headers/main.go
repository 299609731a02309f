// Writes what Go's archive/tar makes of the fields in cases.json: go run main.go < cases.json > headers.json
// Texts in cases.json are one char a byte.
package main

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type latin1 string

func (l *latin1) UnmarshalJSON(data []byte) error {
	var text string
	err := json.Unmarshal(data, &text)
	var raw []byte
	for _, char := range text {
		raw = append(raw, byte(char))
	}
	*l = latin1(raw)
	return err
}

type fields struct {
	Type                string
	Path, LinkPath      latin1
	Size, Major, Minor  int64
	Meta                struct {
		Mode, MtimeSeconds, MtimeNanoseconds int64
		Uid, Gid                             int
		Xattrs                               []struct{ Name, Value latin1 }
	}
}

var typeflags = map[string]byte{"file": '0', "hardlink": '1', "symlink": '2', "char": '3', "block": '4', "directory": '5', "fifo": '6'}

func main() {
	var cases []fields
	check(json.NewDecoder(os.Stdin).Decode(&cases))
	headers := make([]string, 0, len(cases))
	for _, f := range cases {
		name := string(f.Path)
		if f.Type == "directory" {
			name += "/"
		}
		header := &tar.Header{
			Typeflag: typeflags[f.Type], Name: name, Linkname: string(f.LinkPath), Size: f.Size, Mode: f.Meta.Mode,
			Uid: f.Meta.Uid, Gid: f.Meta.Gid, Devmajor: f.Major, Devminor: f.Minor,
			ModTime: time.Unix(f.Meta.MtimeSeconds, f.Meta.MtimeNanoseconds), Format: tar.FormatPAX, PAXRecords: map[string]string{},
		}
		for _, xattr := range f.Meta.Xattrs {
			header.PAXRecords["SCHILY.xattr."+string(xattr.Name)] = string(xattr.Value)
		}
		var out bytes.Buffer
		check(tar.NewWriter(&out).WriteHeader(header))
		headers = append(headers, hex.EncodeToString(bytes.TrimRight(out.Bytes(), "\x00")))
	}
	text, err := json.MarshalIndent(headers, "", "  ")
	check(err)
	fmt.Println(string(text))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
