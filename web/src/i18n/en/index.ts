import actions from "./actions.json";
import app from "./app.json";
import appearance from "./appearance.json";
import chats from "./chats.json";
import errors from "./errors.json";
import search from "./search.json";
import signIn from "./sign_in.json";
import ui from "./ui.json";

/** What the first screen says. The other files are fetched with the screens that need them. */
export default { actions, app, appearance, chats, errors, search, sign_in: signIn, ui };
