package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestReadRun(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := readRun(fstest.MapFS{
		"vet/status":         file("0\n"),
		"vet/log":            file("not a report"),
		"staticcheck/status": file("1\n"),
		"go/status":          file("1\n"),
		"go/go.jsonl": file(`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`),
		"web/status": file("0\n"),
		"web/vitest.xml": file(`<?xml version="1.0"?>
<testsuites><testsuite name="src/a.test.ts">
<testcase classname="src/a.test.ts" name="adds"/>
<testcase classname="src/a.test.ts" name="waits"><skipped/></testcase>
</testsuite></testsuites>`),
		"browser/status": file("0\n"),
		"browser/playwright.xml": file(`<testsuites><testsuite name="story">
<testcase classname="story.spec.ts" name="answers"/>
<testcase classname="story.spec.ts" name="prints"><properties><property name="skip" value="no printer"/></properties><skipped/></testcase>
</testsuite></testsuites>`),
		"referees/status": file("1\n"),
		"referees/node.xml": file(`<testsuites><testsuite name="sdk">
<testcase name="sends" classname="test"><failure message="no"/></testcase>
<testcase name="signs" classname="test"><skipped message="needs a key"/></testcase>
</testsuite><testcase name="top" classname="test"/></testsuites>`),
		"empty/status":   file("1\n"),
		"empty/some.xml": file(`<testsuites><testcase name="fine" classname="x"/></testsuites>`),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := summary{
		passed: 5, // vet, adds, answers, top, fine
		failed: []string{"empty (exit status 1)", "p TestA", "test sends", "staticcheck (exit status 1)"},
		skipped: []skip{
			{"story.spec.ts prints", "no printer"},
			{"test signs", "needs a key"},
			{"src/a.test.ts waits", ""},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(summary{}, skip{})); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestSummaryEndsWithTotals(t *testing.T) {
	s := summary{passed: 3, failed: []string{"p TestA"}, skipped: []skip{{"p TestB", ""}}}
	want := `
Skipped:
  p TestB: no reason given

Failed:
  p TestA

3 passed, 1 failed, 1 skipped
`
	if got := s.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestUnreadableReportIsAnError(t *testing.T) {
	_, err := readRun(fstest.MapFS{
		"web/status":     {Data: []byte("0")},
		"web/vitest.xml": {Data: []byte("<testsuites><testcase")},
	})
	if err == nil || !strings.Contains(err.Error(), "stage web: vitest.xml") {
		t.Errorf("got error %v, want one that names the report", err)
	}
}
