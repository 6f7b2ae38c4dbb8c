// What the theme leaves unnamed: the dialog of the search, and wide tables that a keyboard has to reach.
document.querySelectorAll(".md-search").forEach((each) => each.setAttribute("aria-label", "Search"));
const reachable = () => {
  document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach((each) => {
    each.tabIndex = 0;
  });
};
reachable();
// The theme wraps tables when it has loaded.
addEventListener("load", reachable);
