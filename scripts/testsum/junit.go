package main

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"strings"
)

// junitSuite is <testsuites> or <testsuite>; runners nest them as they like.
type junitSuite struct {
	Suites []junitSuite `xml:"testsuite"`
	Cases  []junitCase  `xml:"testcase"`
}

type junitCase struct {
	Class      string          `xml:"classname,attr"`
	Name       string          `xml:"name,attr"`
	Failures   []struct{}      `xml:"failure"`
	Errors     []struct{}      `xml:"error"`
	Skipped    []junitSkipped  `xml:"skipped"`
	Properties []junitProperty `xml:"properties>property"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

func readJUnit(text []byte) (summary, error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.Strict = false // messages of failed tests may hold characters that XML forbids
	var root junitSuite
	if err := decoder.Decode(&root); err != nil {
		return summary{}, err
	}
	var s summary
	root.addTo(&s)
	return s, nil
}

func (suite junitSuite) addTo(s *summary) {
	for _, c := range suite.Cases {
		name := strings.TrimSpace(c.Class + " " + c.Name)
		switch {
		case len(c.Failures)+len(c.Errors) > 0:
			s.failed = append(s.failed, name)
		case len(c.Skipped) > 0:
			s.skipped = append(s.skipped, skip{name, c.skipReason()})
		default:
			s.passed++
		}
	}
	for _, inner := range suite.Suites {
		inner.addTo(s)
	}
}

// skipReason is where Vitest and node:test put it (the element), or Playwright (a property named after the annotation).
func (c junitCase) skipReason() string {
	reason := cmp.Or(c.Skipped[0].Message, strings.TrimSpace(c.Skipped[0].Text))
	for _, p := range c.Properties {
		if p.Name == "skip" || p.Name == "fixme" {
			reason = cmp.Or(reason, p.Value)
		}
	}
	return reason
}
