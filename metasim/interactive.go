package metasim

import (
	"slices"
	"strings"
)

// interactive checks an interactive message and gives its body text.
// Source: Meta "Interactive messages" reference, limits as of v24.0.
func (c *check) interactive(in obj, s *Server, n *number) string {
	const path = "interactive"
	kind := c.oneOf(in, path, "type", "button", "list", "cta_url", "location_request_message", "flow", "product", "product_list",
		"catalog_message", "carousel", "address_message", "call_permission_request", "voice_call", "order_details", "order_status", "request_contact_info")
	bodyMax := 1024
	if kind == "list" {
		bodyMax = 4096
	}
	text := ""
	if kind != "product" || in["body"] != nil {
		text = c.text(c.object(in, path, "body"), at(path, "body"), "text", bodyMax)
	}
	if in["footer"] != nil {
		c.text(c.object(in, path, "footer"), at(path, "footer"), "text", 60)
	}
	if in["header"] != nil {
		c.interactiveHeader(c.object(in, path, "header"), kind, s, n)
	}
	path2 := at(path, "action")
	action := c.object(in, path, "action")
	switch kind {
	case "button":
		c.replyButtons(action, path2)
	case "list":
		c.listSections(action, path2)
	case "cta_url":
		parameters := c.named(action, path2, "cta_url")
		c.text(parameters, at(path2, "parameters"), "display_text", 20)
		c.webAddress(parameters, at(path2, "parameters"), "url", 2000)
	case "location_request_message":
		c.oneOf(action, path2, "name", "send_location")
	case "flow":
		parameters := c.named(action, path2, "flow")
		where := at(path2, "parameters")
		c.oneOf(parameters, where, "flow_message_version", "3")
		c.text(parameters, where, "flow_cta", 30)
		if c.fail == nil && str(parameters["flow_id"]) == "" && str(parameters["flow_name"]) == "" {
			c.missing(at(where, "flow_id"))
		}
	case "product":
		c.text(action, path2, "catalog_id", 200)
		c.text(action, path2, "product_retailer_id", 200)
	case "product_list":
		c.text(action, path2, "catalog_id", 200)
		items := 0
		for i, section := range c.list(action, path2, "sections", 1, 10) {
			items += len(c.list(section, entry(path2, "sections", i), "product_items", 1, 30))
		}
		if c.fail == nil && items > 30 {
			c.bad("%s must have at most 30 products in total.", at(path2, "sections"))
		}
	case "carousel":
		c.list(action, path2, "cards", 2, 10)
	case "catalog_message", "address_message", "call_permission_request", "voice_call", "order_details", "order_status":
		c.text(action, path2, "name", 60)
	}
	return text
}

// named checks the action's name and gives its parameters.
func (c *check) named(action obj, path, name string) obj {
	c.oneOf(action, path, "name", name)
	return c.object(action, path, "parameters")
}

func (c *check) interactiveHeader(header obj, kind string, s *Server, n *number) {
	const path = "interactive['header']"
	allowed := []string{"text"}
	switch kind {
	case "button", "cta_url", "flow", "order_details":
		allowed = []string{"text", "image", "video", "document"}
	}
	switch form := c.oneOf(header, path, "type", allowed...); form {
	case "text":
		c.text(header, path, "text", 60)
	default:
		media := c.object(header, path, form)
		id := str(media["id"])
		switch {
		case c.fail != nil:
		case id == "" && str(media["link"]) == "":
			c.missing(at(at(path, form), "id"))
		case id != "" && s.media.visible(id, []*number{n}, s.now()) == nil:
			c.bad("%s is not a media object of this number, or it has expired.", at(at(path, form), "id"))
		}
	}
}

func (c *check) replyButtons(action obj, path string) {
	var ids, titles []string
	for i, button := range c.list(action, path, "buttons", 1, 3) {
		where := entry(path, "buttons", i)
		c.oneOf(button, where, "type", "reply")
		reply := c.object(button, where, "reply")
		ids = append(ids, c.text(reply, at(where, "reply"), "id", 256))
		title, ok := reply["title"].(string)
		if c.fail == nil && ok && (title == "" || len([]rune(title)) > 20) {
			c.bad("Button title length invalid. Min length: 1, Max length: 20")
		}
		titles = append(titles, c.text(reply, at(where, "reply"), "title", 20))
	}
	c.distinct(ids, "Duplicate reply button id")
	c.distinct(titles, "Duplicate reply button title")
}

func (c *check) listSections(action obj, path string) {
	c.text(action, path, "button", 20)
	sections := c.list(action, path, "sections", 1, 10)
	rows, ids := 0, []string(nil)
	for i, section := range sections {
		where := entry(path, "sections", i)
		if len(sections) > 1 {
			c.text(section, where, "title", 24)
		} else {
			c.optional(section, where, "title", 24, 0)
		}
		for j, row := range c.list(section, where, "rows", 1, 10) {
			spot := entry(where, "rows", j)
			ids = append(ids, c.text(row, spot, "id", 200))
			c.text(row, spot, "title", 24)
			c.optional(row, spot, "description", 72, 0)
			rows++
		}
	}
	if c.fail == nil && rows > 10 {
		c.bad("Total row count exceed max allowed count: 10")
	}
	c.distinct(ids, "Duplicated row id")
}

func (c *check) distinct(values []string, complaint string) {
	if c.fail != nil {
		return
	}
	seen := slices.Clone(values)
	slices.Sort(seen)
	if len(slices.Compact(seen)) != len(values) {
		c.bad("%s", strings.TrimSpace(complaint))
	}
}
