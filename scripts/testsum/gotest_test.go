package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadGoTest(t *testing.T) {
	tests := []struct {
		name   string
		events string
		want   summary
		shown  []string // in the readable output
		hidden string   // not in it
	}{
		{
			name: "a test with subtests counts as its subtests",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"output","Package":"p","Test":"TestA/one","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"run","Package":"p","Test":"TestA/two"}
{"Action":"pass","Package":"p","Test":"TestA/two"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Elapsed":1.5}`,
			want:   summary{passed: 2},
			shown:  []string{"ok    p  1.5s  2 passed\n"},
			hidden: "quiet",
		},
		{
			name: "a failed subtest is named, its parent is not",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"output","Package":"p","Test":"TestA/one","Output":"    a_test.go:3: got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"-test.shuffle 7\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}`,
			want:  summary{failed: []string{"p TestA/one"}},
			shown: []string{"FAIL  p", "got 1, want 2", "-test.shuffle 7"},
		},
		{
			name: "a parent that fails by itself is named",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			want: summary{passed: 1, failed: []string{"p TestA"}},
		},
		{
			name: "a skip keeps its reason without the frame",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: PARLEY_TEST_PG is not set\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`,
			want:  summary{skipped: []skip{{"p TestA", "PARLEY_TEST_PG is not set"}}},
			shown: []string{"0 passed, 1 skipped"},
		},
		{
			name: "a package that does not build is a failure",
			events: `
{"Action":"build-output","ImportPath":"p [p.test]","Output":"p/a_test.go:3: undefined: x\n"}
{"Action":"build-fail","ImportPath":"p [p.test]"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`,
			want:  summary{failed: []string{"p"}},
			shown: []string{"undefined: x", "build failed"},
		},
		{
			name: "a test cut off by a time limit did not finish",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p"}`,
			want:  summary{failed: []string{"p TestA (did not finish)"}},
			shown: []string{"panic: test timed out"},
		},
		{
			name: "a package without tests is nothing, other messages are shown",
			events: `
go: downloading example.org/x v1.0.0
{"Action":"skip","Package":"p"}`,
			want:  summary{},
			shown: []string{"go: downloading"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var shown strings.Builder
			got, err := readGoTest(strings.NewReader(tt.events), &shown)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(summary{}, skip{})); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			for _, text := range tt.shown {
				if !strings.Contains(shown.String(), text) {
					t.Errorf("output lacks %q:\n%s", text, shown.String())
				}
			}
			if tt.hidden != "" && strings.Contains(shown.String(), tt.hidden) {
				t.Errorf("output has %q:\n%s", tt.hidden, shown.String())
			}
		})
	}
}
