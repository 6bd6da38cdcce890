package whatsapp

import (
	"fmt"
	"math"
	"strings"

	"parley/channel"
	"parley/channel/channeltest"
	"parley/desk"
)

func long(n int) string { return strings.Repeat("ž", n) }

func textDraft(n int) channeltest.Draft {
	return channeltest.Draft{Message: outgoingText(long(n)), Field: "text", Names: "4096"}
}

func fileDraft(kind desk.MessageType, mime, name string, size int64) channeltest.Draft {
	return channeltest.Draft{
		Message: desk.Outgoing{Type: kind, To: desk.Sender{Phone: "+421905111222"}},
		Media:   &channel.Media{MIME: mime, Name: name, Size: size},
		Field:   "content.files",
	}
}

func (d draft) with(change func(*desk.Outgoing)) channeltest.Draft {
	change(&d.Message)
	return channeltest.Draft(d)
}

type draft channeltest.Draft

func names(d channeltest.Draft, limit string) channeltest.Draft {
	d.Names = limit
	return d
}

func interactiveDraft(field, limit string, i desk.Interactive) channeltest.Draft {
	return channeltest.Draft{
		Message: desk.Outgoing{Type: desk.TypeInteractive, Content: desk.Content{Interactive: &i}},
		Field:   field, Names: limit,
	}
}

func options(n int) []desk.Option {
	var out []desk.Option
	for i := range n {
		out = append(out, desk.Option{ID: fmt.Sprint("id", i), Title: fmt.Sprint("Choice ", i)})
	}
	return out
}

func buttons(o ...desk.Option) desk.Interactive {
	return desk.Interactive{Kind: "button", Body: "Which?", Buttons: o}
}

func list(s ...desk.Section) desk.Interactive {
	return desk.Interactive{Kind: "list", Body: "Which?", Button: "Open", Sections: s}
}

func linkTo(url string) desk.Interactive {
	return desk.Interactive{Kind: "link", Body: "See", Button: "Open", URL: url}
}

func fine() map[string]channeltest.Draft {
	at := func(lat, lon float64) channeltest.Draft {
		return channeltest.Draft{Message: desk.Outgoing{Type: desk.TypeLocation, Content: desk.Content{Location: &desk.Location{Latitude: lat, Longitude: lon}}}}
	}
	return map[string]channeltest.Draft{
		"text of 4096":     textDraft(4096),
		"jpeg of 5 MB":     fileDraft(desk.TypeImage, "image/jpeg", "a.jpg", 5<<20),
		"video":            fileDraft(desk.TypeVideo, "video/mp4", "a.mp4", 16<<20),
		"m4a":              fileDraft(desk.TypeAudio, "audio/x-m4a", "a.m4a", 1),
		"voice note":       draft(fileDraft(desk.TypeAudio, "audio/ogg; codecs=opus", "a.ogg", 1)).with(func(m *desk.Outgoing) { m.Content.Voice = true }),
		"pdf of 100 MB":    fileDraft(desk.TypeDocument, "application/pdf", "a.pdf", 100<<20),
		"text file":        fileDraft(desk.TypeDocument, "text/plain; charset=utf-8", "a.txt", 1),
		"old Word file":    fileDraft(desk.TypeDocument, "application/x-ole-storage", "a.DOC", 1),
		"sticker":          fileDraft(desk.TypeSticker, "image/webp", "a.webp", 100<<10),
		"animated sticker": draft(fileDraft(desk.TypeSticker, "image/webp", "a.webp", 500<<10)).with(func(m *desk.Outgoing) { m.Content.Animated = true }),
		"caption of 1024":  draft(fileDraft(desk.TypeImage, "image/png", "a.png", 1)).with(func(m *desk.Outgoing) { m.Text = long(1024) }),
		"three buttons":    interactiveDraft("", "", buttons(options(3)...)),
		"ten rows":         interactiveDraft("", "", list(desk.Section{Rows: options(10)})),
		"link":             interactiveDraft("", "", linkTo("https://parley.test/a?b=c")),
		"pole":             at(-90, 180),
		"null island":      at(0, 0),
		"contact":          {Message: desk.Outgoing{Type: desk.TypeContacts, Content: desk.Content{Cards: []desk.Card{{Name: "Lucía"}}}}},
		"reaction":         {Message: desk.Outgoing{Type: desk.TypeReaction, Target: "wamid.1", Content: desk.Content{Reaction: &desk.React{Emoji: "👨‍👩‍👧‍👦"}}}},
		"reaction removed": {Message: desk.Outgoing{Type: desk.TypeReaction, Target: "wamid.1", Content: desk.Content{Reaction: &desk.React{}}}},
	}
}

func excessive() map[string]channeltest.Draft {
	const i = "content.interactive"
	location := func(field string, lat, lon float64, limit string) channeltest.Draft {
		return channeltest.Draft{
			Message: desk.Outgoing{Type: desk.TypeLocation, Content: desk.Content{Location: &desk.Location{Latitude: lat, Longitude: lon}}},
			Field:   "content.location." + field, Names: limit,
		}
	}
	same := []desk.Option{{ID: "a", Title: "A"}, {ID: "a", Title: "B"}}
	return map[string]channeltest.Draft{
		"text of 4097":             textDraft(4097),
		"text of blanks":           {Message: outgoingText(" \n\t"), Field: "text", Names: "empty"},
		"unknown type":             {Message: desk.Outgoing{Type: "fax"}, Field: "type", Names: "fax"},
		"template":                 {Message: desk.Outgoing{Type: desk.TypeTemplate}, Field: "type", Names: "template"},
		"note":                     {Message: desk.Outgoing{Type: desk.TypeNote, Text: "x"}, Field: "type", Names: "note"},
		"text with a file":         {Message: outgoingText("x"), Media: &channel.Media{MIME: "image/png", Size: 1}, Field: "type", Names: "text"},
		"image without a file":     {Message: desk.Outgoing{Type: desk.TypeImage}, Field: "content.files", Names: "file"},
		"empty file":               names(fileDraft(desk.TypeImage, "image/png", "a", 0), "empty"),
		"jpeg above 5 MB":          names(fileDraft(desk.TypeImage, "image/jpeg", "a.jpg", 5<<20+1), "5 MB"),
		"video above 16 MB":        names(fileDraft(desk.TypeVideo, "video/mp4", "a.mp4", 16<<20+1), "16 MB"),
		"audio above 16 MB":        names(fileDraft(desk.TypeAudio, "audio/mpeg", "a.mp3", 16<<20+1), "16 MB"),
		"pdf above 100 MB":         names(fileDraft(desk.TypeDocument, "application/pdf", "a.pdf", 100<<20+1), "100 MB"),
		"sticker above 100 KB":     names(fileDraft(desk.TypeSticker, "image/webp", "a.webp", 100<<10+1), "100 KB"),
		"animated above 500 KB":    names(draft(fileDraft(desk.TypeSticker, "image/webp", "a.webp", 500<<10+1)).with(func(m *desk.Outgoing) { m.Content.Animated = true }), "500 KB"),
		"gif as image":             names(fileDraft(desk.TypeImage, "image/gif", "a.gif", 1), "JPEG and PNG"),
		"page as image":            names(fileDraft(desk.TypeImage, "text/html; charset=utf-8", "a.png", 1), "JPEG and PNG"),
		"webm as video":            names(fileDraft(desk.TypeVideo, "video/webm", "a.webm", 1), "MP4"),
		"program as document":      names(fileDraft(desk.TypeDocument, "application/x-msdownload", "a.pdf", 1), "PDF"),
		"mp3 as voice note":        names(draft(fileDraft(desk.TypeAudio, "audio/mpeg", "a.mp3", 1)).with(func(m *desk.Outgoing) { m.Content.Voice = true }), "Opus"),
		"caption of 1025":          {Message: desk.Outgoing{Type: desk.TypeImage, Text: long(1025)}, Media: &channel.Media{MIME: "image/png", Size: 1}, Field: "text", Names: "1024"},
		"caption of a sticker":     {Message: desk.Outgoing{Type: desk.TypeSticker, Text: "x"}, Media: &channel.Media{MIME: "image/webp", Size: 1}, Field: "text", Names: "sticker"},
		"caption of an audio":      {Message: desk.Outgoing{Type: desk.TypeAudio, Text: "x"}, Media: &channel.Media{MIME: "audio/mpeg", Size: 1}, Field: "text", Names: "audio"},
		"latitude":                 location("latitude", 90.1, 0, "90"),
		"latitude not a number":    location("latitude", math.NaN(), 0, "90"),
		"longitude":                location("longitude", 0, -180.1, "180"),
		"no location":              {Message: desk.Outgoing{Type: desk.TypeLocation}, Field: "content.location", Names: "latitude"},
		"no contacts":              {Message: desk.Outgoing{Type: desk.TypeContacts}, Field: "content.contacts", Names: "one"},
		"contact without a name":   {Message: desk.Outgoing{Type: desk.TypeContacts, Content: desk.Content{Cards: []desk.Card{{Name: "A"}, {}}}}, Field: "content.contacts[1].name", Names: "name"},
		"no reaction":              {Message: desk.Outgoing{Type: desk.TypeReaction, Target: "wamid.1"}, Field: "content.reaction", Names: "emoji"},
		"reaction to nothing":      {Message: desk.Outgoing{Type: desk.TypeReaction, Content: desk.Content{Reaction: &desk.React{Emoji: "👍"}}}, Field: "content.reaction.target", Names: "message"},
		"reaction of a novel":      {Message: desk.Outgoing{Type: desk.TypeReaction, Target: "wamid.1", Content: desk.Content{Reaction: &desk.React{Emoji: long(33)}}}, Field: "content.reaction.emoji", Names: "32"},
		"no interactive":           {Message: desk.Outgoing{Type: desk.TypeInteractive}, Field: i, Names: "tap"},
		"unknown interactive":      interactiveDraft(i+".kind", "carousel", desk.Interactive{Kind: "carousel", Body: "x"}),
		"no body":                  interactiveDraft(i+".body", "empty", desk.Interactive{Kind: "button", Buttons: options(1)}),
		"body of 1025":             interactiveDraft(i+".body", "1024", desk.Interactive{Kind: "button", Body: long(1025), Buttons: options(1)}),
		"list body of 4097":        interactiveDraft(i+".body", "4096", desk.Interactive{Kind: "list", Body: long(4097)}),
		"header of 61":             interactiveDraft(i+".header", "60", desk.Interactive{Kind: "button", Body: "x", Header: long(61), Buttons: options(1)}),
		"footer of 61":             interactiveDraft(i+".footer", "60", desk.Interactive{Kind: "button", Body: "x", Footer: long(61), Buttons: options(1)}),
		"location with a link":     {Message: desk.Outgoing{Type: desk.TypeLocation, Content: desk.Content{Location: &desk.Location{URL: "https://parley.test"}}}, Field: "content.location.url", Names: "not send"},
		"buttons with a link":      interactiveDraft(i+".url", "not send", desk.Interactive{Kind: "button", Body: "x", Buttons: options(1), URL: "https://parley.test"}),
		"buttons with a list":      interactiveDraft(i+".sections", "not send", desk.Interactive{Kind: "button", Body: "x", Buttons: options(1), Sections: []desk.Section{{Rows: options(1)}}}),
		"buttons with a caption":   interactiveDraft(i+".button", "not send", desk.Interactive{Kind: "button", Body: "x", Buttons: options(1), Button: "A"}),
		"described button":         interactiveDraft(i+".buttons[0].description", "not send", buttons(desk.Option{ID: "a", Title: "A", Description: "x"})),
		"list with buttons":        interactiveDraft(i+".buttons", "not send", desk.Interactive{Kind: "list", Body: "x", Button: "A", Sections: []desk.Section{{Rows: options(1)}}, Buttons: options(1)}),
		"list with a link":         interactiveDraft(i+".url", "not send", desk.Interactive{Kind: "list", Body: "x", Button: "A", Sections: []desk.Section{{Rows: options(1)}}, URL: "https://parley.test"}),
		"link with buttons":        interactiveDraft(i+".buttons", "not send", desk.Interactive{Kind: "link", Body: "x", Button: "A", URL: "https://parley.test", Buttons: options(1)}),
		"link with a list":         interactiveDraft(i+".sections", "not send", desk.Interactive{Kind: "link", Body: "x", Button: "A", URL: "https://parley.test", Sections: []desk.Section{{Rows: options(1)}}}),
		"no buttons":               interactiveDraft(i+".buttons", "1 to 3", buttons()),
		"four buttons":             interactiveDraft(i+".buttons", "1 to 3", buttons(options(4)...)),
		"button title of 21":       interactiveDraft(i+".buttons[0].title", "20", buttons(desk.Option{ID: "a", Title: long(21)})),
		"button without id":        interactiveDraft(i+".buttons[0].id", "empty", buttons(desk.Option{Title: "A"})),
		"button id of 257":         interactiveDraft(i+".buttons[0].id", "256", buttons(desk.Option{ID: long(257), Title: "A"})),
		"buttons with one id":      interactiveDraft(i+".buttons[1].id", "same id", buttons(same...)),
		"no sections":              interactiveDraft(i+".sections", "1 to 10", list()),
		"eleven sections":          interactiveDraft(i+".sections", "1 to 10", list(make([]desk.Section, 11)...)),
		"section without a title":  interactiveDraft(i+".sections[0].title", "title", list(desk.Section{Rows: options(1)}, desk.Section{Title: "B", Rows: options(1)})),
		"section title of 25":      interactiveDraft(i+".sections[0].title", "24", list(desk.Section{Title: long(25), Rows: options(1)})),
		"section without rows":     interactiveDraft(i+".sections[0].rows", "one row", list(desk.Section{})),
		"eleven rows":              interactiveDraft(i+".sections", "10", list(desk.Section{Title: "A", Rows: options(6)}, desk.Section{Title: "B", Rows: options(5)})),
		"row title of 25":          interactiveDraft(i+".sections[0].rows[0].title", "24", list(desk.Section{Rows: []desk.Option{{ID: "a", Title: long(25)}}})),
		"row description of 73":    interactiveDraft(i+".sections[0].rows[0].description", "72", list(desk.Section{Rows: []desk.Option{{ID: "a", Title: "A", Description: long(73)}}})),
		"row id of 201":            interactiveDraft(i+".sections[0].rows[0].id", "200", list(desk.Section{Rows: []desk.Option{{ID: long(201), Title: "A"}}})),
		"rows with one id":         interactiveDraft(i+".sections[0].rows[1].id", "same id", list(desk.Section{Rows: same})),
		"list without a caption":   interactiveDraft(i+".button", "empty", desk.Interactive{Kind: "list", Body: "x", Sections: []desk.Section{{Rows: options(1)}}}),
		"link caption of 21":       interactiveDraft(i+".button", "20", desk.Interactive{Kind: "link", Body: "x", Button: long(21), URL: "https://parley.test"}),
		"link to a script":         interactiveDraft(i+".url", "https://", linkTo("javascript:alert(1)")),
		"link without a host":      interactiveDraft(i+".url", "https://", linkTo("https:///x")),
		"link of 2001":             interactiveDraft(i+".url", "2000", linkTo("https://parley.test/"+strings.Repeat("a", 1981))),
		"document of unknown kind": names(fileDraft(desk.TypeDocument, "application/x-ole-storage", "a.msi", 1), "PDF"),
	}
}
