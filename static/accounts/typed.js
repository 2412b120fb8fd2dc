/* What a person has put into a page that the portal does not have yet. */
export const FIELDS = "input:not([type=hidden]), textarea, select";

function isChanged(field) {
  if (/checkbox|radio/.test(field.type)) return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const isMarked = field.multiple || [...field.options].some((one) => one.defaultSelected);
  return isMarked ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.selectedIndex > 0;
}

/** Fields of a part of a page that are not as the portal gave them. */
export const typedIn = (part) => [...part.querySelectorAll(FIELDS)].filter(isChanged);
