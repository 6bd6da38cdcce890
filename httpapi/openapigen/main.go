// Command openapigen writes the API's OpenAPI document to the file that it is
// given.
package main

import (
	"fmt"
	"os"

	"parley/httpapi"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: openapigen FILE")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(file string) error {
	doc, err := httpapi.OpenAPI()
	if err != nil {
		return err
	}
	return os.WriteFile(file, doc, 0o644)
}
