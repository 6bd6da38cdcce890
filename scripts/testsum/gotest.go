package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// event is a line of "go test -json"; see "go doc test2json".
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output, instead of Package
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

// goPackage is what is known of a package while its tests run.
type goPackage struct {
	order  []string           // tests in order of their start
	tests  map[string]*goTest // by name, subtests as parent/child
	output strings.Builder    // of no test: panics, data races, the exit status
}

type goTest struct {
	action string // the last of run, pass, fail, skip
	output strings.Builder
	parent bool // has subtests, which are counted in its place
}

// readGoTest sums up an output of "go test -json" and, unless w is nil, makes it readable on the way.
func readGoTest(r io.Reader, w io.Writer) (summary, error) {
	if w == nil {
		w = io.Discard
	}
	var total summary
	packages := map[string]*goPackage{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil || e.Action == "" {
				fmt.Fprint(w, line) // not every message of the go command is an event
			} else if p := packages[e.Package]; p != nil {
				p.take(e, w, &total)
			} else {
				packages[e.Package] = &goPackage{tests: map[string]*goTest{}}
				packages[e.Package].take(e, w, &total)
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func (p *goPackage) take(e event, w io.Writer, total *summary) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(w, e.Output)
	case e.Test != "":
		p.takeTest(e)
	case e.Action == "output":
		p.output.WriteString(e.Output)
	case e.Action == "pass" || e.Action == "fail":
		p.finish(e, w, total)
	}
}

func (p *goPackage) takeTest(e event) {
	t := p.tests[e.Test]
	if t == nil {
		t = &goTest{}
		p.tests[e.Test] = t
		p.order = append(p.order, e.Test)
		if i := strings.LastIndex(e.Test, "/"); i > 0 && p.tests[e.Test[:i]] != nil {
			p.tests[e.Test[:i]].parent = true
		}
	}
	switch e.Action {
	case "output":
		t.output.WriteString(e.Output)
	case "run", "pass", "fail", "skip":
		t.action = e.Action
	}
}

func (p *goPackage) finish(e event, w io.Writer, total *summary) {
	s := p.sum(e.Package)
	if e.Action == "pass" {
		fmt.Fprintf(w, "ok    %s  %.1fs  %d passed", e.Package, e.Elapsed, s.passed)
		if n := len(s.skipped); n > 0 {
			fmt.Fprintf(w, ", %d skipped", n)
		}
		fmt.Fprintln(w)
	} else {
		if len(s.failed) == 0 { // it did not build, a panic outside a test, TestMain, a time limit
			s.failed = append(s.failed, e.Package)
		}
		fmt.Fprintf(w, "FAIL  %s  %.1fs\n", e.Package, e.Elapsed)
		for _, name := range p.order {
			if a := p.tests[name].action; a == "fail" || a == "run" {
				fmt.Fprint(w, p.tests[name].output.String())
			}
		}
		fmt.Fprint(w, p.output.String())
	}
	total.add(s)
}

func (p *goPackage) sum(pkg string) summary {
	var s summary
	for _, name := range p.order {
		t, full := p.tests[name], pkg+" "+name
		switch t.action {
		case "pass":
			if !t.parent {
				s.passed++
			}
		case "skip":
			s.skipped = append(s.skipped, skip{full, skipReason(t.output.String())})
		case "fail":
			if !t.parent || !p.childFailed(name) {
				s.failed = append(s.failed, full)
			}
		case "run":
			if !t.parent {
				s.failed = append(s.failed, full+" (did not finish)")
			}
		}
	}
	return s
}

func (p *goPackage) childFailed(name string) bool {
	return slices.ContainsFunc(p.order, func(other string) bool {
		a := p.tests[other].action
		return strings.HasPrefix(other, name+"/") && (a == "fail" || a == "run")
	})
}

var place = regexp.MustCompile(`^\S+\.go:\d+: `)

// skipReason is what a test printed, without the frame that the testing package puts around it.
func skipReason(output string) string {
	var reason []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		reason = append(reason, place.ReplaceAllString(line, ""))
	}
	return strings.Join(reason, " ")
}
