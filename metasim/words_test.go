package metasim

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pluralForms are the CLDR categories of the phone's languages.
var pluralForms = map[string][]string{"en": {"one", "other"}, "sk": {"few", "many", "one", "other"}, "pt-BR": {"many", "one", "other"}}

func catalogue(t *testing.T, language string) map[string]any {
	t.Helper()
	data, err := screenFiles.ReadFile("screen/lang/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]any
	if err := json.Unmarshal(data, &words); err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	return words
}

var filledIn = regexp.MustCompile(`\{\w+\}`)

// forms are the texts of an entry and what it fills in.
func forms(entry any) (texts []string, names []string) {
	switch v := entry.(type) {
	case string:
		texts = []string{v}
	case map[string]any:
		for _, form := range slices.Sorted(maps.Keys(v)) {
			text, _ := v[form].(string)
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		names = append(names, filledIn.FindAllString(text, -1)...)
	}
	slices.Sort(names)
	return texts, slices.Compact(names)
}

func TestPhoneSpeaksItsLanguages(t *testing.T) {
	english := catalogue(t, "en")
	for language, plurals := range pluralForms {
		words := catalogue(t, language)
		if a, b := slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(words)); !slices.Equal(a, b) {
			t.Errorf("%s has other keys than en: %v, %v", language, a, b)
		}
		same := 0
		for key, entry := range words {
			texts, names := forms(entry)
			_, wanted := forms(english[key])
			if len(texts) == 0 || slices.Contains(texts, "") {
				t.Errorf("%s: %s is empty", language, key)
			}
			if !slices.Equal(names, wanted) {
				t.Errorf("%s: %s fills in %v, en %v", language, key, names, wanted)
			}
			if many, ok := entry.(map[string]any); ok && !slices.Equal(slices.Sorted(maps.Keys(many)), plurals) {
				t.Errorf("%s: %s has the forms %v, want %v", language, key, slices.Sorted(maps.Keys(many)), plurals)
			}
			if text, ok := entry.(string); ok && text == english[key] {
				same++
			}
		}
		if language != "en" && same > 5 {
			t.Errorf("%s: %d of %d texts are those of en", language, same, len(words))
		}
	}
}

// TestPhoneSaysNothingElse compares the catalogue with what the code asks for.
func TestPhoneSaysNothingElse(t *testing.T) {
	asked := map[string]bool{}
	key := regexp.MustCompile(`\bt\(([^()]*(?:\([^()]*\)[^()]*)*)`)
	quoted := regexp.MustCompile(`'([a-z_]+(?:\.[a-z_]+)?)'`)
	err := fs.WalkDir(screenFiles, "screen", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".js") {
			return err
		}
		code, err := screenFiles.ReadFile(path)
		if err != nil {
			return err
		}
		for _, call := range key.FindAllStringSubmatch(string(code), -1) {
			for _, name := range quoted.FindAllStringSubmatch(call[1], -1) {
				asked[name[1]] = true
			}
		}
		// Texts that people read: attributes and children that are not from t.
		for _, bare := range regexp.MustCompile(`(?:placeholder|title|alt|'aria-label'): '[A-Z][^']*'|, '[A-Z][a-z]+ [a-z][^']*'\)`).FindAllString(string(code), -1) {
			t.Errorf("%s says %s in one language only", path, bare)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	english := catalogue(t, "en")
	for _, name := range []string{"customers", "phone", "about"} { // the landmarks, named in a loop
		asked[name] = true
	}
	for name := range english {
		if !asked[name] && !strings.HasPrefix(name, "kind.") {
			t.Errorf("%s is never said", name)
		}
	}
	for name := range asked {
		if english[name] == nil && strings.Contains(name, ".") {
			t.Errorf("%s is asked for and not there", name)
		}
	}
}
