package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// summary is how a set of tests went.
type summary struct {
	passed  int
	failed  []string // names
	skipped []skip
}

type skip struct{ name, reason string }

func (s *summary) add(other summary) {
	s.passed += other.passed
	s.failed = append(s.failed, other.failed...)
	s.skipped = append(s.skipped, other.skipped...)
}

func (s summary) String() string {
	var b strings.Builder
	if len(s.skipped) > 0 {
		b.WriteString("\nSkipped:\n")
		for _, t := range s.skipped {
			fmt.Fprintf(&b, "  %s: %s\n", t.name, cmp.Or(t.reason, "no reason given"))
		}
	}
	if len(s.failed) > 0 {
		b.WriteString("\nFailed:\n")
		for _, name := range s.failed {
			fmt.Fprintf(&b, "  %s\n", name)
		}
	}
	fmt.Fprintf(&b, "\n%d passed, %d failed, %d skipped\n", s.passed, len(s.failed), len(s.skipped))
	return b.String()
}

// readRun adds up the stages of a run.
func readRun(run fs.FS) (summary, error) {
	var total summary
	stages, err := fs.Glob(run, "*/status")
	if err != nil {
		return summary{}, err
	}
	for _, status := range stages {
		dir := path.Dir(status)
		s, err := readStage(run, dir)
		if err != nil {
			return summary{}, fmt.Errorf("stage %s: %w", dir, err)
		}
		total.add(s)
	}
	return total, nil
}

func readStage(run fs.FS, dir string) (summary, error) {
	var s summary
	status, err := fs.ReadFile(run, path.Join(dir, "status"))
	if err != nil {
		return s, err
	}
	reports, err := fs.Glob(run, path.Join(dir, "*.*"))
	if err != nil {
		return s, err
	}
	found := false
	for _, name := range reports {
		text, err := fs.ReadFile(run, name)
		if err != nil {
			return s, err
		}
		var part summary
		switch path.Ext(name) {
		case ".jsonl":
			part, err = readGoTest(strings.NewReader(string(text)), nil)
		case ".xml":
			part, err = readJUnit(text)
		default:
			continue
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		found = true
		s.add(part)
	}
	exit := strings.TrimSpace(string(status))
	switch {
	case exit != "0" && len(s.failed) == 0:
		s.failed = append(s.failed, fmt.Sprintf("%s (exit status %s)", dir, exit))
	case exit == "0" && !found:
		s.passed++
	}
	return s, nil
}
