import { mount } from 'svelte';

import '../shared/tokens.css';
import App from './App.svelte';
import { publicity } from './publicity.svelte';

publicity.boot();
mount(App, { target: document.getElementById('app')! });
