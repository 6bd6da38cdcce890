// Command testsum tells how tests went.
//
//	go test -json ./... | testsum stream
//	testsum total DIR
//
// stream makes the output of "go test -json" readable while it runs: a line for each package, the output of what
// failed, and totals at the end.
//
// total adds up a run of several stages. Each folder in DIR is a stage: its file "status" holds the stage's exit
// status, *.jsonl in it are outputs of "go test -json" and *.xml are JUnit reports. A stage without reports counts as
// one test.
//
// Both list each skipped test with its reason, end with a line "N passed, N failed, N skipped", and exit with 1 when
// something failed.
package main

import (
	"fmt"
	"os"
)

func main() {
	ok, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(args []string) (ok bool, err error) {
	var s summary
	switch {
	case len(args) == 1 && args[0] == "stream":
		s, err = readGoTest(os.Stdin, os.Stdout)
	case len(args) == 2 && args[0] == "total":
		s, err = readRun(os.DirFS(args[1]))
	default:
		return false, fmt.Errorf("usage: testsum stream | testsum total DIR")
	}
	if err != nil {
		return false, err
	}
	fmt.Print(s)
	return len(s.failed) == 0, nil
}
